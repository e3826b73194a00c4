"""How three letters in a row tell languages apart; made by `tools/trigrams/make.py`, not by hand.

The trigrams of each language, packed one after the other, the rare ones first; behind each `|` come those that are
twice as frequent as the ones before it. `_` is where a word begins or ends.
"""

from __future__ import annotations

from collections.abc import Mapping

GRAMS: Mapping[str, str] = {
    "en": (
        "||_a__ab_ap_at_by_ci_do_du_el_fa_go_i__if_le_me_mo_mu_ne_ol_on_ot_pe_ri_sc_su_tr_viaboachageaidalkallaloalta"
        "meangar_arkarmatebe_behbodboubrebribrobuibutby_canceschachechichocitcomdgedo_dredurdy_eaceadearee_eekeftehie"
        "k_eldelfelsenienteopew_farffificfiefirft_gedgoogothaphashavheahichilhoohophroiceichid_idgielif_ikeildiltindi"
        "ntirsistitykerketkneknolagldrldsle_ledlefleslf_liklislivlk_llalleloolselt_lthly_marmermetmormucndanesnewngen"
        "innlynobnowntrny_of_offok_oldonloodookoplor_oreorkouroutpeorearenry_saisedseeshesomstitelthothrtiluchvenweew"
        "enwhawhiwilwor|_al_ar_br_bu_ca_ch_fi_fo_he_ho_is_it_kn_lo_ma_of_sa_se_so_st_te_us_wiad_an_antanyappareavech_"
        "coudayds_eirem_eneet_forge_gh_ghthadhanheihemhenho_houhowht_iesir_is_it_iveke_lonmannednotnt_nteomeongot_oth"
        "ounplerierkerourytse_selst_stotenterthathiunduseut_ve_wanwaswe_whowouyth|_be_co_ev_ha_in_li_no_sh_wa_we_wo_y"
        "oas_at_ay_ed_ellen_ereerseryes_evehathinillin_ingld_ll_me_ng_ou_ougoulow_rs_shoughuldverwheyou|_an_th_to_wha"
        "nder_he_hernd_re_theto_"
    ),
    "de": (
        "||_ar_ba_bü_du_en_es_fe_fl_he_hö_ic_im_is_ke_ki_la_lä_na_no_nu_ob_sc_tr_tu_vo_ze_än_äpadtafeag_alsaltancarba"
        "rkarüat_au_aueautbeibrabrobrübstbt_bwobürchichschuchäckeckgdandardasdemds_dt_durdwoebaebeehöeigeiseitelaelbe"
        "lceldeleem_emaennentergerierkerteseessflufrafrüftegebgelggegibginhabhathehherheuhichl_hnehsehulhäfibtiehiemi"
        "esigeihnim_ingintirdirgissiteje_jedkauke_keikgekinkomkonkt_laslbslchldeleblehleuls_luslänmarmehmeimenmitmmen"
        "acnchndsndwng_ngenggnicnocnurommon_rchrd_sehsersinsoluf_urcut_vonwenwiewiszu_übe|_ab_am_an_au_br_do_ei_er_fr"
        "_gi_ha_in_je_ko_le_me_mi_mö_se_so_st_ve_vi_we_wo_wuachallam_angannar_areas_assaufbaubenberde_doredeeheehreht"
        "el_endereernerserzesceutfelfengehgerhe_hlthr_hörielindir_istit_lanle_lesllelltlt_ltemöcnennn_nntnteochollonn"
        "ortrderenrgern_rt_rzärücsensicss_terur_urdussuteverviewo_wurzurzähähländöchück|_al_da_ih_ni_zuabean_andchech"
        "tdenes_gengeshenhreht_hteihrin_inemanndene_re_schsiessest_steundwarwaswir|_de_di_ge_ma_si_un_wa_wich_derdiee"
        "inen_er_ichie_nd_te_ten"
    ),
    "fr": (
        "||_ap_be_bo_bu_d__di_do_du_ea_el_es_fa_fe_fu_ge_gr_hu_je_là_me_mo_n__où_pi_pl_re_ri_s_agaageagéailairallaloa"
        "mpancangappaquarmasiassaucaujauxaîtbeabliborburcelcerceuchochécolcomcordimdradu_duiea_efoemaemeemiemmencenee"
        "nfenser_eroerrertessestetreuleutfaifanfemfoifutgasge_geagengrags_gé_hamhanhaqhishivhoshuihé_ieuimain_ineissi"
        "stitsiveiviivriéeje_laglemlezliélorluslà_magmanmaîmenmesmi_mièmonmpsnchncondaneznfang_ngentroi_oisoitoreorso"
        "upoù_parpenpeuplupouqu_quarairanriesante_toitrouanucouelujouneup_ur_urdvervon|_a__ai_al_co_da_hi_lo_mê_ne_no"
        "_ou_pr_ra_sa_si_so_to_un_ve_à__éc_étacoainandantarcas_au_autavoaysce_chacheconcoude_dreeauellen_enderseuxez_"
        "he_ierillinsir_ireièrjoulaileullalonmaimarmmemêmnd_ndrnounteommongonsoulouroutouvpaspayquiracrchrd_rtasavse_"
        "si_sonssétouts_uituleutruvavenvilvoièreécoéesétaême|_au_av_ce_ch_en_et_il_l__la_ma_on_pe_po_se_vi_y_aieaisai"
        "tansavadandeset_eurienil_is_la_leslleme_ne_oiron_ousquerestaitreue_ui_ursut_ux_vaivou|_de_le_pa_qu_voentes_i"
        "t_le_ns_nt_ontre_rs_us_"
    ),
    "es": (
        "||_a__ag_an_au_ci_du_fu_ge_gu_ho_ib_in_le_lu_me_má_na_ni_nu_of_oj_ol_oí_pe_pi_rí_so_só_usabeacead_adiaesagua"
        "lgallambamiandanzardareargasaaunavíaíaaísba_bajbióblocadcerceschacinciuctocuacuccuáda_dasdavdebdejderdesdied"
        "omdondordosdraducdurdíaebeebled_edeedrejaejoelaemaenceniensercereerlerneroesieñaficfuegargengo_guagungusgúnh"
        "a_hacharhijhisho_hoshoyiajiasibaiciidaie_iediejijoimeinoinviosisiistiudiviió_jarjerjo_larle_lgullíluglvilí_m"
        "aembimo_mpempomujmásnadncencondanemngongúnquntrondoy_paíperranresrnorossi_siesinsonsóltedtentestosuanuieunau"
        "nquravervidás_óloún_|_do_hi_ju_ma_no_ot_pr_pu_sa_si_ta_te_ti_tr_un_viabaabíajaal_ampanaantar_aroay_banberbía"
        "chocuedademoendeneeraeríescgoshabhayieninaingir_jadjosjunlasmanmerminmosmucna_nasndendontaontor_otrporpropue"
        "quirabre_ro_ronríasabscustastestostrsusta_tartietrouenunountus_ustvenvieían|_al_ca_co_cu_de_el_mu_pa_po_se_s"
        "u_to_veadocamconde_el_en_enter_es_estierlo_losno_nosntentoodoon_ra_se_te_to_todtrauchía_|_en_es_ha_la_lo_qu_"
        "y_an_as_do_la_os_queue_"
    ),
    "it": (
        "||_ab_ac_as_av_du_fa_fo_fu_ge_il_là_mi_op_sc_st_te_uf_è_abbacqadiai_al_alcambammamoampanaaneartataateavebbib"
        "iabiòca_ccecchceschiciacitcolcorcqucuncuodaldavdeldimdindo_domdotdureccedeedoegoel_eleemoempender_ercerierse"
        "sieteetrettfarffificfigfiufosfu_genghigi_giagiognigo_gozha_hi_hioiagiamiciie_ierietiglil_illimein_inaincinii"
        "nvitoittiumiveiò_iù_laglaslculenletlevllellilo_ltiltolà_me_mponchndonegntontrognoi_omeorrosaossottovepiùpo_p"
        "rireirimrrersosa_senserso_ssessostosultattemtritroua_unaunouolurave_vi_vor|_a__c__ca_ci_da_de_er_fi_gl_in_l_"
        "_le_lo_lu_ma_me_no_og_pa_pe_pi_pr_ra_sa_su_unaccaesaggallaltancandannantapeareascatoavacamcatccoci_cosda_der"
        "dondovei_eniernessestggihaniaticaimaio_irellallolorltaltrlunma_menmo_molncone_nelnesnnononntantentioleon_ora"
        "oroostracranri_sapse_ssusunta_ti_trettittotutuanuelun_unguttva_vedvenvervol|_an_ch_co_di_do_e__ha_i__la_mo_n"
        "e_po_se_si_so_tu_ve_vi_voanocondi_ellenteraereevaglila_le_li_na_ni_oltonoontperquaquero_si_sonstrtravan|_al_"
        "quchehe_no_ra_re_te_to_"
    ),
    "pt": (
        "||_ac_ag_ai_an_aq_ci_du_eu_go_ha_hi_ho_há_ia_in_ju_lu_lá_mo_ne_ni_nu_nó_ol_on_pa_pã_ri_só_to_vê_ágabaabeabia"
        "coadeagrainaisaldalgalhamiampanaaquaraariaziaçãaísbalberbiaborcadcavceucolcriculcê_cêsdadderdiadomdordoudrad"
        "urduteceeciedreiaeireixejaelhemaembemoencendenhercereeriernesqevifesficfilgargo_griguagumguéhadhajharherhish"
        "ojhumhá_iajiasicaicuidaidoilhimeindinvio_iraistiteitóiu_iveixaja_jadjamjasje_lá_maimpondano_ntrntãnósoasodoo"
        "ndosspelpesposro_sejsessoasó_ta_testodém_ês_ós_|_al_ao_ca_da_do_el_em_en_fa_fi_fo_lo_me_na_nã_o__sa_te_ti_tr"
        "_tu_um_vi_à_ajaamoandantao_ar_avaazecamcidcomdeideldevdoseleentescesteusfazfoigoshosingiosir_is_itoleslhalhe"
        "lholonma_masminmuindendongonosntantonãoocêoi_om_ongor_oraoreostou_outouvpodporpriproquaramrasrazresriariosab"
        "semseustastrtartemtinto_tostudtãotórua_uanueruitum_umaus_utruvivamviavirvoczeróri|_a__as_co_ma_mu_no_ou_pe_p"
        "o_pr_ve_voadoconda_de_elaem_esseu_ha_ia_iaminhla_mosna_nhanteontra_se_ssote_traudoverão_|_de_e__es_os_qu_sea"
        "m_as_do_er_es_os_queue_"
    ),
    "nl": (
        "||_aa_ac_ap_ar_bo_el_gi_gr_ik_ka_ku_lo_ne_no_oo_op_ou_ov_ri_so_woaagagealealsantapparbarearkbeibeuboeboubrab"
        "robruch_chechodaadagdatdigdoedoodords_ebeeboedeedsee_eedeefeekefteideisek_elaeldelfelkellelteluemaemeeneenwe"
        "raerherierkerwetteureweft_getgingrags_haahadhalheehemhoohorideiediemienierig_igeijkijnijzik_ildilliltindinki"
        "ntisdit_ivijkejn_jzekaakankelkenkijkinkomkonkopkt_kunlagleelf_lkalooluimanmarmermigmmind_ndanerngengsnkennen"
        "ognsententmntonwood_oe_oegoeroewog_oitol_omeommoneontoodop_or_ordou_overaardere_rstsenst_tegtoeuw_waawarwe_w"
        "elwerzelzonzou|_an_br_ha_hu_ie_is_je_ki_ko_mo_na_ni_on_sc_te_to_u__vr_ze_zoaanachad_ag_angas_atebbebenchtdan"
        "dieebbeeleeregeelserdergertes_etegebgelgerhebhethoehtehunietingis_istje_lanlatldelesls_lt_maameenaanenng_nie"
        "ns_oenoororeouwrd_rgers_rteschstate_telun_veevrowaswatweewijwinze_ziezij|_al_da_di_do_ee_en_er_ge_he_ho_in_l"
        "a_ma_me_st_we_ziallan_andat_deneenel_enserset_genie_ij_in_lenllemenmoeoetondrensteterwil|_de_ve_wa_wiaarar_d"
        "e_deren_er_erendetenver"
    ),
    "pl": (
        "||_a__al_bi_ci_da_dł_hi_id_ki_ko_kr_mó_on_op_pi_ra_rz_sa_sk_sz_są_sł_to_um_us_wa_wc_wo_wy_wz_zb_zi_zmabłacha"
        "czad_adaaj_ajaalealiamyanoapoareargaryarzas_aszaucawaawiawnaziałbaż_ażdażebacbiebiubudbymbłkcejchlchęci_czec"
        "zocą_dardowdródą_eb_echecieczedaednedyegoekąeleelielkeluelęem_emyepyerwetaeśceślgiegligo_godhaćhałhcąhishleh"
        "ochodhętia_iadiajiażidaidzieriesietiećieśiktim_imyindisiistiuriągiążiłoiłyja_jabjacjecjedjejjeśją_ka_kalkamk"
        "aćla_lkoludma_mi_mnimognadno_po_podpotre_st_swosz_szesą_ta_ty_tyludzuż_ylkyć_yłoyłyze_zedóraóreęcełbyśli|_co"
        "_cz_do_dz_gd_ic_in_ja_ka_lu_mi_pa_sp_st_sw_te_za_zo_żeakiamiał_ałaańsbotbyłchachociacieciąco_cy_dawdaćdnido_"
        "dłuedzenieszeć_gdygdzgu_hciichicyieciejienigdiliinnięcjakje_każkiektoką_le_mamna_nianicnignniobioboojeostoty"
        "owaowipańpowra_razrobry_stastkstostwszkszytaktamtartkotnito_twowięwo_wojym_ystzy_zysła_ło_ństże_|_by_i__je_k"
        "t_ma_mo_na_po_pr_ro_si_ta_ty_w__wsam_ać_ch_chcczydy_ej_iałiedielię_ko_któmiemy_ni_przrzerzysiętórwiewszły_|_"
        "ch_ni_widziie_li_niezie"
    ),
    "cs": (
        "||_al_bý_bě_dl_dn_dř_i__jd_li_mn_mu_ná_o__ob_on_pa_rá_sa_sc_si_tr_tý_u__uk_um_uč_vi_vo_ví_vě_zb_ze_zi_zm_čl_"
        "ře_šk_žíablal_alealiameamiancapoaréaveaždbchblkbožby_bycbysbývcelcescetchlchádi_dlodládoudávdé_déldí_dívdříe"
        "dleděejiekyelkeláem_emeemíenaenyeníer_eráerées_esnestet_eteezaečeeříešthcehemhlihléhu_hy_házhé_iciidéidíihoi"
        "jeilyimyindináiníiteiš_jabjdejejjenjetješjicjsoka_kamkankažkolkouky_kážlatleclidlišlkalkolnílovláclářlébmenm"
        "nomněmohmosmusmy_mí_měnměsmůžncendene_nednennesneznicnilnohnouny_nášnícně_něknělobcoceodáodéodíohlohoojíoleo"
        "lyom_omnotooucouhoutovará_soustesvévámvé_vícychyl_ylaámeře_ště|_do_ja_js_mě_mů_na_ně_st_sv_to_tu_vy_vá_žeak_"
        "alaam_běhch_chachcchochtdildnedětelien_halho_htěichilojakji_jinjí_kdekdole_lo_louly_mi_mámmělnecno_odiodyosl"
        "ostpodprápřírávré_si_stastotamto_tomtu_tě_tělvalvatvypvšeyprám_ěl_ělaět_šecže_|_by_ch_co_dě_je_ji_ka_kt_mo_m"
        "á_ni_pr_př_ta_ve_všat_bylchnci_co_de_do_dy_dyždělechhnohodikdkdyktela_me_na_nikní_ou_pospropřise_te_terve_yž"
        "_ěli|_a__kd_ne_po_seli_"
    ),
    "sv": (
        "||_af_ar_bl_bö_da_di_då_ef_en_fa_fl_ga_ge_gi_gl_gä_gå_hi_ho_hu_hä_hö_ku_ly_mi_my_nä_re_se_sj_sä_sö_to_tr_un_"
        "äp_är_åkad_affamlannarbariarjaroastbetbo_borbrobröbygbynbönckademdå_ecked_eftenaenoernestfadfarfasffaffäflof"
        "olforftefärgamgdegetggdgicglögrags_gärhenhishonhurhänhörickieriljilkisaissistjagje_jälka_kankolkomkonkrakulk"
        "unkvikvälk_llalodlt_ltilvalyslämlärlåglånlömma_medmenmlammamnamt_mycmånnarndane_netng_ngsnnenomnsinstnt_nton"
        "trnärodeolaolkommonsontordorgoriortplepplradranrasrderorrstskoskustotantenterullur_vadvetvidällän_ärnågrörs|"
        "_an_at_ba_be_bo_br_by_dä_er_fi_fo_gö_he_ja_ko_kv_lå_ma_må_ni_om_sk_st_ti_veandansaraas_barberck_ckedagdradär"
        "em_enneraeräetafinga_gengongårgörharid_illin_inaingittja_ketla_le_lenljall_lltlänmanmernadnanndrngangeni_nns"
        "nteor_rarrätsigsinstetarundvi_vinvisyckändättågoångår_öndöra|_al_fö_i__in_lä_me_nå_på_si_soag_allarnattch_de"
        "nderdesdetes_förhadig_innintllendennans_någochon_på_rnasomstata_te_tortt_ttavarvilär_|_de_ha_oc_va_viadean_a"
        "r_de_en_er_et_na_om_ra_"
    ),
    "da": (
        "||_ar_ba_bo_di_fø_ga_gi_gl_gå_hi_hu_hø_ka_ki_kv_ly_læ_lø_mi_må_mø_på_sæ_sø_to_ug_åe_æb_ænadiageamlarbarkaveb"
        "arbejbetbo_brobrøburbutby_byebygbønbørda_ddadlidsbdstdteeg_egeejdejsemteneenserierlermev_folførgamgikgs_gvæg"
        "århishunhvahvehøriddideidlidsierigvik_in_intis_iseistjdejegjerjstkanketkigkolkomkonkvilavlemlevlgelk_lodlt_l"
        "tilytlærløbmarme_medmegmidmlemmemt_mødndandsnemng_ngsnsintontroenogloleolkommontoreoriorvpå_rberdarderedrejr"
        "enretrierinrkerlormirn_roerstrverødsbyse_serskostastosælsøntadtentestilunnvadvedøre|_af_an_at_bl_br_bu_by_bø"
        "_da_ef_en_er_ge_he_ik_in_je_ko_ku_li_re_sk_so_så_ti_vead_af_ag_altareat_avdbledagdandemdigdreedeeftelvendenn"
        "forfteggegleharhavhenhviigeiggil_illingke_kerkunliglv_menmerndrnneod_ogeor_ordortrerresrtæselsigsinskesomst_"
        "så_te_tedtertidtorttetælun_vdeve_vervi_vidvinvisår_ællæreønd|_al_fo_ha_la_me_no_om_se_si_st_vaandangar_dende"
        "ted_em_ereernes_ge_gengergethvoig_ikkindkkelanle_lerllemanngenogom_re_rnestevarvilvor|_de_hv_i__ma_og_vian_d"
        "e_deren_er_et_ndene_og_"
    ),
    "no": (
        "||_ar_at_bo_bø_di_el_ep_fi_fø_gi_gl_hi_hu_hø_ig_je_ku_kv_lo_ly_læ_lø_mi_my_mø_re_sø_to_uk_ve_vå_væ_å__åkagea"
        "mlarbarnat_beibleblibodbrubrøburbutbyebøndanddadlieddeideineiselgemtepleriermfinfolførgamgangd_gdagetgikgleg"
        "s_gårhenhishunhvahvehøriddideidlierigeigjin_intis_iseissjedjegjerka_kerkjekolkonkrekunkvilemleslgelitlk_lotl"
        "valytlærløpme_medmidmlemmemt_myemøtna_nd_ndandeng_ngsnnonnånomntontrnå_oddoe_oleolkommontor_oraoreorgoriot_p"
        "etpleranrberdardereiresretrgerierinrmirnarstruarødserskjskostotilun_unnvedverye_yttæreøreørs|_an_av_ba_bl_br"
        "_bu_by_en_er_et_ga_gå_he_ik_in_ka_ko_la_li_si_sk_st_så_tiag_altannareav_barbygdagdd_demdreellem_ernettgenger"
        "ggeharhvihvoiggil_illineingistiteittjenkanke_kk_komlanlerliglt_lv_menmerndrnennetoenordortrenrerrnertese_seg"
        "sinså_teltertidtt_va_vi_vinvisvorygdår_ønd|_al_da_fo_gj_i__ma_me_no_om_på_so_vaaddan_andangar_da_ddede_dende"
        "ted_eg_elveneennerees_forge_gjehadikkinnkkellemanngenoepå_selsomstete_torttevarvil|_de_ha_hv_og_se_videren_e"
        "r_et_le_ne_nneog_om_re_"
    ),
    "fi": (
        "||_ai_as_et_hy_ih_il_it_ki_ky_kä_la_le_li_mo_my_na_ni_ny_om_op_os_ov_pa_pe_py_su_ti_tu_ty_tä_un_ve_vi_vo_yh_"
        "ääahtai_ajaakealjalvanaanhansanvapsaraariassasuatkatsavadenedeeeneheeileipekeekoeleelieltemienoerrertetägish"
        "asheihethmihtahtuhyvhä_iehietihmiikiinijäikaikeikoiljiltimiimminoinäipäisäitkitsiveiä_jeljoejonjosjälkatkemk"
        "i_kivkiäkkakkiko_konkoskoukukkulkunkuskutkylkyäkävlallapleilellijlisljeljollolluloilutminmmämutmäina_nelniin"
        "sintantänulnunoivomeos_oskotaovapalpitse_sensiisimskateittätultämtääuaiuatukausiuutvoiäinälkäntässäyt|_ei_he"
        "_hä_ja_jä_ke_ko_ma_me_nä_on_pi_raainaisallannanuapaasiattaupdänee_eideikennensidäiitikkikäineinuiseisiistita"
        "iväjokjotjätkaakaikankaukenkerkuukä_lkemaame_meimenmiemitmmemuunnannenoinsanutoinoitojaokaotkransetsiesilsin"
        "sivsäätaitantaptektkutoitojttettiua_ullun_unnuttvaivetvätämm|_en_ha_ku_mu_ta_te_to_vaaanaikaluan_at_ellet_et"
        "thalhänielillin_issitäivaka_keela_le_li_llälualä_misnenoleolion_sa_si_ssassäsä_ta_ttaut_vatät_ää_ään|_jo_ka_"
        "mi_ol_sien_ja_llatä_än_"
    ),
    "tr": (
        "||_ak_am_be_bü_bı_di_du_dü_ed_ek_fa_gi_gü_ha_hâ_i__in_ir_iş_ke_lk_ma_o__ok_or_pe_sa_su_un_uz_yü_za_çi_ço_üla"
        "biacaaftahaakiakmaktakşalaallalnalıamlapaapıardarlarsasaataatmattatıayıazlağıaşaaşkaşlbakbaşbenbitbizbugbürb"
        "ırcakcukdahdakdeğdimdiyduydükdı_dınebiedeehiekmeleelmemeendenlenmetietmeyeeyiezdezmeğifazftaftçgelgergetgezg"
        "idgörgösha_hafhikhirhiçhâlidiiftikâinlinsip_irmirsirçisiittizdizeiziiçbiçiiğiiş_iştişçka_kadkenkeykidkkâkmak"
        "mektıkulkânla_lduliylk_lmalâ_manmasmenmisndaninnsanu_ok_oldoluonuoraradrakrinti_tmettitıkugüun_ye_yenyi_zamz"
        "e_zlaâlâçoköreındır_|_an_ba_bo_de_el_es_gö_he_hi_ka_ki_kö_kı_mi_ne_on_pa_se_si_ta_va_ye_öğ_şeadaadıan_asıaza"
        "boybuldendi_dindu_duğek_elieskeveey_günherideim_imiirdiriki_kimklalatlirlunma_makmalmekmilncane_ni_nlenı_nız"
        "olaor_oyupazrdirduri_rirrı_sa_sansensevsinsizskitertmauluuncuğuvaryapyeryunzarçilöğrün_ğreğu_ılıısışamşeyşla"
        "|_bu_da_ge_is_ol_ve_yaak_amaanlarıbilbirca_da_en_enier_erderiileiliin_iniir_istiyoiz_lerniznlarderınstesınve"
        "_yorın_ını|_biar_de_lar"
    ),
    "vi": (
        "||_ai_bê_bờ_co_câ_cò_cũ_cầ_cử_dà_dâ_dò_dù_dọ_gặ_hã_ki_lò_lú_lạ_ma_mù_mỗ_mộ_na_nô_nế_nữ_ra_ru_rấ_rằ_sô_sẽ_số_"
        "ti_tu_tá_tấ_tố_từ_tự_vu_vă_vẫ_vậ_xo_xả_đá_đó_đô_đầ_đề_đồ_đổangau_bênbờ_ch_chichochuchẳchỉchợchủconcáicâycònc"
        "ũ_cả_cầucửadàidândòndù_dọceo_giágàygôigặphauhayheohi_ho_huyháchãyhêmhì_hònhưnhậthẳnhể_hỉ_họ_hố_hụ_hủ_hứ_ia_i"
        "áoiệckhikhákialàmlànlònlúclạimanmì_mùamỗimộtnayngàngônhanhậnàonônnếunữ_on_phòphốphụquaquêra_ronruộrướrườrấtr"
        "ằnsônsẽ_sốnthathethàthêthìthểthợthứtiêtrotuầtáotấttốitừntự_ua_ui_uyệuênuầnuộnviêviệvuivàovănvẫnvậyxonxảyyệnà"
        "m_ànhác_ái_án_ánhân_ãy_êm_òn_ùa_úc_đó_ưngậy_ằngếu_ệc_ện_ốngỗi_ột_ừng|_bi_bá_bạ_cá_cả_củ_gi_gì_hà_họ_mà_mọ_nà"
        "_nơ_nư_qu_ta_vi_xe_xâ_đi_đã_đư_đế_đểai_ay_biếbánbạnchúcủaem_ghegì_he_húnhấyhợ_iêniếtlà_mà_mìnmọinghnhinhưnơi"
        "nướongta_thấtrưxemxâyài_ày_áo_ìnhúngđi_đã_đượđếnđể_ơi_ượcại_ạn_ấy_ần_ầu_ến_ết_ọc_ọi_ợc_ủa_|_cô_kể_là_mu_mì_p"
        "h_tr_tôcô_gườhiềhànhônhữniềukhôkể_muốngưnh_nhữtôiuốnàngào_ây_ên_òngôi_ướcườiất_ều_ốn_ớc_ời_ững|_ch_có_kh_ng_"
        "nh_th_và_ở_có_ng_và_ông"
    ),
    "ro": (
        "||_ad_af_ap_at_bi_di_do_du_ea_er_fe_ia_ie_lo_lâ_lă_oa_od_or_pa_pâ_râ_s__sc_si_sp_te_ti_ui_vi_vo_îș_șcaciacua"
        "căaduaflagaalăalțameaniapearaarfartascaseatăaudaziațiațăbatbi_birbuicercescitcoaconcopcu_culcâmcâncâtcăldacd"
        "ardatdeșdețdoaducduldumdă_earebuecaechedeeieemeeoderaergernescetrezieșifa_femfieflagazgeagi_gulgurgă_hi_himi"
        "a_iariauiațicăiecieriesietiiiileimaimeimpindingintioairoiseit_itaitoițilaslațlimlnelorltaltălânlă_maind_ngăn"
        "icnimoamodape_rebrinrteră_sc_timtoatrutuntăzundunăvemvoiâinândângîșiăzi|_ai_ar_as_av_aș_co_cu_că_da_fa_fi_fo"
        "_le_lu_me_ni_o__pe_pi_pl_pu_sa_su_to_tr_vă_șt_țăaceacoai_altarăastatuaveaș_ceaceichici_colcumdineleem_ereest"
        "eștețifacfosie_imbin_inilo_ltelunlțimenmermpuncindenguni_nt_ntrntână_oloor_oriostot_ovepovprepriputra_reasat"
        "st_stestăsuntattortottultămui_uitum_uncungunturiutevă_zi_âmpîntătoștițăr|_a__ac_al_au_ca_ce_câ_de_la_ma_mu_n"
        "u_po_pr_se_un_ve_vr_șiar_areat_carce_că_de_ea_eauei_eniinela_le_mulne_niinu_oarri_se_tretă_ul_ultvreîn_|_să_"
        "înau_ii_re_să_te_și_ți_"
    ),
    "id": (
        "||_ai_ce_gu_hu_ia_ja_je_ji_ki_le_li_mi_mu_ne_ol_ro_su_to_tu_waainairaktakualkampaniannantap_apeapiarkasaasia"
        "tiatlawaayabahbarbawbegbepbihbuadahdaidaldatdesdibdikdirditebiegeegieh_ekeekoel_eluenaenjenuepaepeepiercerge"
        "rsesaeskga_gaigangerggugi_gitglagu_gungurhanharhu_hujhulia_iapibaihaikeim_ipuir_iriitija_jakjaljemjikjuajukk"
        "ahkalkarke_ketkipkitkkako_kolkonkotktuladlaglailanlauleblehlihlkalu_lupmasmelmemmesminmpumu_musnanndinegngln"
        "guni_nnynonolepadrsertaru_sa_sansarsayselsepsetsihtahtaktaptettiatikuruwa_wak|_ad_an_ap_de_in_it_ko_ma_or_pu"
        "_tiadiagiahuai_akaal_amaamiandanjar_ariataatuau_bagbatcerdakdapdenebaelaembempemuendeorereeriernerteruetaeti"
        "galgarggagiaginhatianidaih_ikaitaitujadjankamkerlamma_mbamermi_mpamuana_nahnakndandenggnginjanjupakpanparpek"
        "petpi_punra_rekritrnasebseksemsenseotamtemterti_tidtinua_uanupayak|_ha_ka_ke_la_pa_sa_ta_teadaalaanaanyapaar"
        "aat_banberda_danekaengerjin_ingka_lahmenngaorapa_patperranri_rjata_tantu_un_ya_|_ba_be_da_di_me_pe_se_yaah_a"
        "k_an_angdi_kanng_nyayan"
    ),
    "hu": (
        "||_ad_ah_al_as_be_bá_de_er_es_ez_fa_fe_gy_hé_hí_ir_já_jö_lá_mo_mu_mé_na_ni_né_or_pa_pi_sa_tú_vá_vé_ví_ál_ár_"
        "él_üz_őtacoadhahoajáakaakkalaalmalualáalóameamáaníaraartassaszasáatuazoaztba_bbebejbetbárconcs_csudande_dekd"
        "hadnidotdáked_eg_egmegvegéeikejtejáelsemüeneenkenyerresteséfalfelfölgatgengi_giggmugotgségvágytgéphaghathosh"
        "ozhéthídiacigsincinkiroiskivaja_jenjjejtejukjátjöjkarkeikelkenkkekkokolkozkáskövlanldelejleklgaliklkollallel"
        "lgllnlmálnilsőltolublyalyelyóláblállátló_ma_menmesmonmunmutmégnakndinkiny_nékon_ot_semső_ti_töbzokál_áltár_á"
        "roég_égeöbbőt_|_cs_eg_em_fo_ha_is_ke_kö_le_ma_má_ne_ré_se_so_ta_te_voagyallamianiap_at_attbanberdigegyeleell"
        "elyembennenteseeteetnettfolgyehalhogholig_ik_ikojárkatkorletlnalt_ltambemelmi_mikmásnapnemnk_nt_ogyol_oltoly"
        "or_oztrekrt_rtérégsensszszátalte_tektnétákténtörudounkvalvanvolyerzt_ztaák_án_ártásoát_égiék_éneét_ört|_ak_a"
        "m_az_el_ho_ot_sz_tu_tö_va_ésakian_az_denekeel_em_en_ereet_gy_indketki_megminndenekni_ottretsokszetaktudzer|_"
        "a__me_miak_ek_ok_tt_és_"
    ),
    "ru": (
        "||_а__вд_ви_вы_гд_го_дл_до_др_её_же_жи_зи_ид_ис_кр_кт_лю_ма_мы_но_од_пе_ре_ры_с__са_св_ту_уз_ум_ус_уч_хл_че_"
        "шк_я__ябабоабыаваавиагаадоаждажеазиак_акоалаалиамиамнанааньаняар_ароах_аютая_бенблобочбудвамварваювдовечвидв"
        "илвнево_водвосвсевствы_газгиегихглигодгордавделдердетди_дилдлиднидныднядоедолдосдтиды_еб_евнедеекиел_елаелие"
        "льелюемуениенненщеньервереероесееслет_етиетьех_ехаечаещёеё_ждоже_жемженжитза_забзанзимзинзмезнаигдиднидтиехи"
        "з_измии_икоиктим_имыинаинниноиныистисьит_итьицекаккамке_колконлеблинлислокля_менмномогму_насногня_обыогиодио"
        "е_онаот_перпрорыесамсвослитамте_толудачерщё_ылаылиять|_бо_ва_ве_де_ес_ещ_из_их_мн_об_он_ос_се_сл_та_те_у__эт"
        "азыал_ам_ас_ассболбы_быввалватвойвсёгдего_друегоей_естечезывие_илоитекажказки_ко_когкоткректолослькльшмы_ни_"
        "никно_ны_об_одном_орыосьотепосприранрасресродругскаслусскстастострсё_телти_тогтомтреучичемые_ькоэто|_бы_в__в"
        "о_вс_за_и__ка_ко_мо_на_не_ни_пр_ра_ст_то_хо_чтатьбылгдада_де_ем_илиих_ла_на_не_огдой_ольостотостьсь_торхотчт"
        "оше_ываьше|_поли_то_ть_"
    ),
    "uk": (
        "||_а__ал_би_в__вв_вз_вм_вч_ві_жи_жі_з__зб_зи_зм_зу_йт_ка_лю_ме_ми_од_пе_ра_рі_са_сл_сь_тр_ту_ті_ус_хл_шк_ще_"
        "я__яб_ін_іс_їїабуаваагаажеазаайжалаалеалюамиамнаміаніапиар_ароартаріас_атьах_аютаємаїнбагбазби_битбкиблубудб"
        "ітваввамватввевгівечвж_вздви_видвитвміводвсевчивітгатглигодгі_давдатдаюдендивдилднодо_дувді_дізділдітедіелье"
        "ляеліемоеньершеріетеечеждежемжитжінза_забзарзбуздозимзмізназусивиидниждий_икиим_имииноитеих_иціишииїхйжейтик"
        "ажкамке_конкоюкщоле_лислишлуклухлюблюдлянлібмаймаєменмиммнимогможмілнатнахнедно_нь_нікнічобиодіонаочеочуро_с"
        "вісьотамтодтратріулаулиусеутице_ці_черчогще_ьогюдиютьякаякеякщів_ікоіляіншічоїх_її_|_ба_ви_во_вс_де_ді_й__ко"
        "_кр_мо_мі_не_св_се_ст_ти_у__хт_це_і__їхав_буввалварвонвідвійго_де_днідовже_залзпоилокралослькльшлі_ми_мо_му_"
        "мінмісне_ни_обіовіоднозпомуосяотіою_перповприпророброзрі_річсе_селстота_тисторть_тілхотхочхтоькиьшеідаій_|_б"
        "у_бі_ва_до_за_ма_на_ні_пр_ро_та_то_хо_що_якалиам_атибулбілди_илиисяитика_ки_колла_ля_на_ні_огоодиолися_то_ув"
        "аше_що_ільіст|_поли_ти_"
    ),
    "bg": (
        "||_а__ак_ве_во_въ_ги_го_гр_де_дн_до_дъ_ел_же_жи_зи_зн_из_кр_ли_мн_мя_он_ос_от_ощ_па_ре_с__ср_тя_ум_хл_чу_ще_"
        "я__ябабоабрагаадаадеадоае_ажеазаазиакоал_алаалиамеамиамоамъаниантар_араароатоаучаш_ашнбихботбрабълвалвеявишв"
        "одвсявъргавгадгазгатгашгодградавде_делдехдецдиндмиднеднидосдъледеедмеелезиекаелкелоем_енаениер_ес_ецаещаея_ж"
        "дажемженжехживжтезабзарзимзинзнаивеивииждижтиз_ии_икоил_илаилоим_имииниистих_ихаицаицииш_ищекажкалкамканкарк"
        "ахлатлгилищлкалкилучлушля_ляблянмагмакмамми_мномо_несникногнямовеогоораот_ощеоятповпосрезри_тамтогтротя_хорч"
        "ерямаято|_би_в__др_е__ед_за_ма_но_ня_пъ_си_сл_та_то_уч_хо_чеаваазвазкай_акааквам_ат_атеахабилватвечвижвилво_"
        "всига_го_датдруеднез_елаеляетоехаечезвази_зкаилиимаитоичкка_казкакквоки_когкоекоикойкоякрало_ма_ме_можне_нит"
        "но_някодаоетожеоитокаориотопокпрапрепрора_раврадразрайругсамселси_сичслустастострторцатчилчитчкоървяко|_ви_в"
        "с_и__им_ис_ка_мо_на_не_ни_по_пр_ра_са_ставива_ви_ги_исккатко_ла_ли_на_ни_огаой_остса_се_скаучиче_ще_|_да_ко_"
        "сеатада_итета_те_то_ха_"
    ),
}
